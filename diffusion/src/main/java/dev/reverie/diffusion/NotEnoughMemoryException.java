package dev.reverie.diffusion;

import java.util.Locale;

/** A picture needs more memory than there is; found before anything of it is computed. */
public final class NotEnoughMemoryException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * What {@code plan} needs.
     *
     * @param neededBytes of working memory: at its peak, or at that of a stage for which nothing more can make way
     * @param availableBytes that the JVM may still get, with all that can make way
     */
    public NotEnoughMemoryException(ImagePlan plan, long neededBytes, long availableBytes) {
        super(String.format(
                Locale.ROOT,
                "%d x %d pixels need %,.0f MB of working memory, but the JVM has %,.0f MB left: draw a smaller picture"
                        + " (--size), or give it more (-Xmx)",
                plan.width(),
                plan.height(),
                Math.ceil(neededBytes / 1e6),
                Math.floor(availableBytes / 1e6)));
    }
}
