package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ControlImage;

/**
 * The part of a run in which a control image counts.
 *
 * @param first the run's first call of its schedule
 * @param calls calls of the run
 */
record ControlSpan(ControlImage settings, int first, int calls) {

    boolean holds(int call) {
        double begin = (double) (call - first) / calls;
        double end = (double) (call - first + 1) / calls;
        return begin >= settings.from() && end <= settings.to();
    }
}
