package dev.reverie.tensor.kernel;

import java.util.Arrays;

/**
 * A product as one thread computes it, a piece after the other: some rows times some columns, over all of k, in blocks
 * that caches hold.
 */
final class Product {
    /** Columns of one pass at most: see {@link Panels#columnsOfPass}. */
    static final int COLUMNS = 512;

    /** Rows of a piece at most: a multiple of 6, and enough that panels are read from memory seldom. */
    static final int ROWS = 96;

    /** Multiply-adds that one thread does in the time that it takes to wake another. */
    private static final long SMALL = 1 << 18;

    /** Pieces that a large product has at least, so that two to eight threads end at about the same time. */
    private static final int PIECES = 16;

    /** A piece has a multiple of so many columns: whole panels, and what {@link VectorHalves} does at a time. */
    private static final int STEP = 8 * Tile.UNIT;

    private static final int EDGE = 0; // scratch slot
    private static final int[] EDGE_ROWS = Rows.table(MappedPanels.ROWS_OF_PIECE, Tile.WIDTH);

    private final Rows rows;
    private final Runs runs;
    private final PanelSource b;
    private final Epilogue epilogue;
    private final Scratch scratch;
    /** The result's last columns where they do not fill a vector: the tile writes here, the real ones are copied. */
    private final Rows edge;

    private final PanelSource.Block block = new PanelSource.Block();

    /**
     * A product without columns yet.
     *
     * @param rows those of a piece, which may change from one to the next
     * @param runs where the k of a row of the left factor lie, in the order of the panels
     */
    Product(Rows rows, Runs runs, PanelSource b, Epilogue epilogue, Scratch scratch) {
        this.rows = rows;
        this.runs = runs;
        this.b = b;
        this.epilogue = epilogue;
        this.scratch = scratch;
        this.edge = new Rows(rows.a, rows.from, scratch.floats(EDGE, rows.to.length * Tile.WIDTH), EDGE_ROWS);
    }

    /** Rows of a piece, full tiles, at most {@code most}: pieces of {@code m} rows are about equal, so that threads end together. */
    static int rowsOfPiece(int m, int most) {
        int pieces = Math.max(1, (m + most - 1) / most);
        int tiles = (m + pieces * Tile.ROWS - 1) / (pieces * Tile.ROWS);
        return Math.max(1, tiles) * Tile.ROWS;
    }

    /**
     * Rows of a piece of a product of {@code m} rows: fewer where columns alone do not make {@link #PIECES} pieces and
     * each piece's columns cost nothing to read again.
     */
    static int rowsOfPiece(int m, PanelSource b) {
        int columnPieces = (b.n() + STEP - 1) / STEP;
        boolean few = columnPieces < PIECES && !isSmall(m, b);
        int wanted = few ? (int) ((long) m * columnPieces / PIECES) : m;
        return rowsOfPiece(m, Math.clamp(wanted, b.leastRowsOfPiece(), b.mostRowsOfPiece()));
    }

    private static boolean isSmall(int m, PanelSource b) {
        return (long) m * b.n() * b.k() < SMALL;
    }

    /**
     * Columns of a piece, whole panels: fewer where there are few rows, so that there are {@link #PIECES} pieces in all.
     *
     * @param rowPieces how often the product's {@code m} rows are cut
     */
    static int columnsOfPiece(int m, int rowPieces, PanelSource b) {
        if (isSmall(m, b)) {
            return Math.max(1, b.n());
        }
        int columns = (int) ((long) b.n() * rowPieces / PIECES) / STEP * STEP;
        return Math.clamp(columns, STEP, COLUMNS);
    }

    /** Computes all rows and the columns {@code from} (a panel's first) up to and without {@code to}. */
    void run(int from, int to) {
        if (b.k() == 0) {
            zeros(from, to);
            return;
        }
        int pass = b.columnsOfPass();
        for (int column = from; column < to; column += pass) {
            columns(column, Math.min(to, column + pass));
        }
    }

    /** Chains of no links. */
    private void zeros(int from, int to) {
        for (int r = 0; r < rows.count(); r++) {
            int at = rows.to[r];
            Arrays.fill(rows.c, at + from, at + to, 0f);
            epilogue.apply(rows.c, at + from, from, to - from);
        }
    }

    private void columns(int from, int to) {
        for (int run = 0, k = 0; run < runs.count(); k += runs.length(run), run++) {
            b.read(from, to, k, runs.length(run), scratch, block);
            for (int r = 0, tile; r < rows.count(); r += tile) {
                tile = Tile.rows(rows.count() - r);
                tiles(tile, r, from, to, run, k == 0);
                if (run == runs.count() - 1) {
                    finish(tile, r, from, to);
                }
            }
        }
    }

    /** Goes on with the chains of the rows of one tile by one run, whose part of the right factor is {@code block}. */
    private void tiles(int tile, int r, int from, int to, int run, boolean first) {
        for (int column = from, width; column < to; column += width) {
            int vectors = Tile.vectors(b.n() - column);
            width = vectors * Tile.UNIT;
            boolean whole = column + width <= b.n();
            Tile.run(
                    tile,
                    vectors,
                    whole ? rows : edge,
                    r,
                    runs.shift(run),
                    runs.length(run),
                    block.values,
                    block.at(column, width),
                    whole ? column : 0,
                    first);
        }
    }

    private void finish(int tile, int r, int from, int to) {
        int real = Math.min(to, b.n());
        int edgeAt = edgeColumn(from, real);
        for (int row = r; row < r + tile; row++) {
            System.arraycopy(edge.c, edge.to[row], rows.c, rows.to[row] + edgeAt, real - edgeAt);
        }
        epilogue.apply(rows.c, rows.to, r, tile, from, real - from);
    }

    /** Where the panel begins that is not full of real columns, or {@code to}. */
    private int edgeColumn(int from, int to) {
        int column = from;
        while (column < to) {
            int width = Tile.vectors(b.n() - column) * Tile.UNIT;
            if (column + width > b.n()) {
                return column;
            }
            column += width;
        }
        return to;
    }
}
