package dev.reverie.diffusion.schedule;

import java.util.List;

/** Which noise levels the steps of a run visit, in place of the scheduler's own choice. */
public sealed interface NoiseLevels {
    /** By a rule, in any number of steps. */
    enum Spacing implements NoiseLevels {
        /** Even in sigma^(1/7): more steps at little noise (Karras et al., arXiv 2206.00364). */
        KARRAS("Karras"),
        /** Even in log(sigma). */
        EXPONENTIAL("Exponential"),
        /** By the quantiles of a beta distribution: more steps at both ends (Lee et al., arXiv 2407.12173). */
        BETA("Beta"),
        /**
         * Optimised for Stable Diffusion 1.5 and SDXL: {@link AlignYourSteps}. Stable Diffusion 2, whose noise is that of 1,
         * follows the list of 1.5; a model whose noise begins elsewhere is refused.
         */
        AYS("Align Your Steps");

        private final String label;

        Spacing(String label) {
            this.label = label;
        }

        /** The name in a picture's parameters. */
        public String label() {
            return label;
        }

        @Override
        public int count() {
            return 0;
        }
    }

    /**
     * A list of noise levels, one a step.
     *
     * @param values strictly descending, above 0; a 0 at the end may be given, and is left out
     */
    record Sigmas(List<Double> values) implements NoiseLevels {
        public Sigmas {
            boolean ends = !values.isEmpty() && values.getLast() == 0;
            values = ScheduleRequest.descending("sigmas", ends ? values.subList(0, values.size() - 1) : values);
            requireCount("sigmas", values.size());
        }

        @Override
        public int count() {
            return values.size();
        }
    }

    /**
     * A list of timesteps of training, one a step.
     *
     * @param values strictly descending, from 999 at most to 0 for most models
     */
    record Timesteps(List<Double> values) implements NoiseLevels {
        public Timesteps {
            values = ScheduleRequest.descending("timesteps", values);
            requireCount("timesteps", values.size());
        }

        @Override
        public int count() {
            return values.size();
        }
    }

    /** Length of a list; 0 for a rule, which goes with any number of steps. */
    int count();

    private static void requireCount(String what, int count) {
        if (count < 1 || count > ScheduleRequest.MAX_STEPS) {
            throw new IllegalArgumentException(
                    "a list of %,d %s: it must have 1 to %,d".formatted(count, what, ScheduleRequest.MAX_STEPS));
        }
    }
}
