package dev.reverie.diffusion.family;

import dev.reverie.diffusion.ControlImage;
import java.util.List;

/**
 * The part of a run in which a control image counts.
 *
 * @param first the run's first call of its schedule
 * @param calls calls of the run
 */
record ControlSpan(ControlImage settings, int first, int calls) {

    /** The first of the calls from {@code first} up to and without {@code end} in which most control images count. */
    static int fullestCall(List<ControlImage> controls, int first, int end) {
        List<ControlSpan> spans = controls.stream()
                .map(control -> new ControlSpan(control, first, end - first))
                .toList();
        int fullest = first;
        int most = 0;
        for (int call = first; call < end; call++) {
            int count = 0;
            for (ControlSpan span : spans) {
                count += span.holds(call) ? 1 : 0;
            }
            if (count > most) {
                most = count;
                fullest = call;
            }
        }
        return fullest;
    }

    boolean holds(int call) {
        double begin = (double) (call - first) / calls;
        double end = (double) (call - first + 1) / calls;
        return begin >= settings.from() && end <= settings.to();
    }
}
