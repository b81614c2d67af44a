package dev.reverie.tensor.kernel;

/**
 * The way from {@link Pool} into a piece of work, which the compiler does not look through.
 *
 * <p>C2 inlines a kernel's loop into what calls it, as long as calls are at most fifteen deep (MaxInlineLevel) and the
 * code small enough (NodeCountInliningCutoff). A vector operation beyond that is called, its vectors become objects, and
 * the loop stays several times slower for the life of the process. Whether it comes to that depends on what else ran:
 * a call with one receiver is inlined, one with many is not. Here it has three in turn, always, so that every piece is
 * compiled from here on.
 */
abstract sealed class Gate {
    private static final Gate[] TURNS = {new First(), new Second(), new Third()};

    abstract void run(Pool.Pieces pieces, int index, Scratch scratch);

    /** The next of a thread's gates. */
    static Gate of(Scratch scratch) {
        return TURNS[scratch.turn(TURNS.length)];
    }

    private static final class First extends Gate {
        @Override
        void run(Pool.Pieces pieces, int index, Scratch scratch) {
            pieces.run(index, scratch);
        }
    }

    private static final class Second extends Gate {
        @Override
        void run(Pool.Pieces pieces, int index, Scratch scratch) {
            pieces.run(index, scratch);
        }
    }

    private static final class Third extends Gate {
        @Override
        void run(Pool.Pieces pieces, int index, Scratch scratch) {
            pieces.run(index, scratch);
        }
    }
}
