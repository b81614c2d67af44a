package dev.reverie.tensor.kernel;

/**
 * The tiles of a convolution by minimal filtering cut into blocks, and its columns into parts: pieces of work of about
 * equal size, by the shape alone. Inputs are transformed again where another thread does the next part of the columns
 * and, where they are not kept, filters for each block, so there are only as many pieces as a few threads need; powers of two, so that two or
 * four threads end together.
 */
final class TilePieces {
    /** Pieces that a large convolution has at least. */
    private static final int PIECES = 8;

    /** Columns of a part, about: with fewer, transforming the inputs would cost too much beside the product. */
    private static final int COLUMNS = 128;

    /** Tiles of a block at least where only its tiles can be cut: with fewer, transforming filters would cost too much. */
    private static final int FEW_TILES = 32;

    /** Pieces that those cuts make at most. */
    private static final int FEW_PIECES = 4;

    private final int tiles;
    private final int blocks;
    private final int tilesOfBlock;
    private final int columns;
    private final int panels;
    private final int parts;

    /**
     * @param batch elements that have {@code tiles} each
     * @param most tiles of a block
     */
    TilePieces(int batch, int tiles, int most, int columns) {
        this.tiles = tiles;
        this.columns = columns;
        int mostParts = Integer.highestOneBit(Math.max(1, columns / COLUMNS));
        int least = Math.max((tiles + most - 1) / most, Math.min(tiles / FEW_TILES, FEW_PIECES / mostParts));
        boolean few = batch * least < PIECES;
        blocks = few ? powerOf2(least) : least + batch * least % 2;
        tilesOfBlock = (tiles + blocks - 1) / Math.max(1, blocks);
        panels = (columns + Tile.WIDTH - 1) / Tile.WIDTH;
        int wanted = powerOf2((PIECES + batch * blocks - 1) / Math.max(1, batch * blocks));
        parts = Math.min(wanted, mostParts);
    }

    private static int powerOf2(int atLeast) {
        return atLeast < 2 ? atLeast : Integer.highestOneBit(atLeast - 1) << 1;
    }

    /** Pieces of one element of the batch; any after those are the next element's. */
    int count() {
        return blocks * parts;
    }

    /** The first tile of a piece. */
    int first(int piece) {
        return piece / parts * tilesOfBlock;
    }

    /** How many tiles it has. */
    int tiles(int piece) {
        return Math.clamp(tiles - first(piece), 0, tilesOfBlock);
    }

    /** How many a piece has at most. */
    int mostTiles() {
        return tilesOfBlock;
    }

    /** The first column of a piece, a panel's first. */
    int from(int piece) {
        return columnOf(piece % parts);
    }

    /** The end of its columns. */
    int to(int piece) {
        return Math.min(columns, columnOf(piece % parts + 1));
    }

    /** Columns of a piece at most, whole panels. */
    int mostColumns() {
        return (panels + parts - 1) / parts * Tile.WIDTH;
    }

    private int columnOf(int part) {
        return (part * panels + parts - 1) / parts * Tile.WIDTH;
    }
}
