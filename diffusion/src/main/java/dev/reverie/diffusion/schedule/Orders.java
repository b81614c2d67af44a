package dev.reverie.diffusion.schedule;

/**
 * The order of each step of a multistep method: as many earlier outputs as there are, fewer at the end, where high
 * orders swing.
 *
 * @param most {@code solver_order}
 * @param firstAtEnd whether the last step is of order 1
 * @param secondBeforeEnd whether the step before it is of order 2 at most
 */
record Orders(int steps, int most, boolean firstAtEnd, boolean secondBeforeEnd) {
    /** Runs of fewer steps fall to lower orders at the end. */
    private static final int FEW_STEPS = 15;

    static Orders of(SchedulerConfig config, Grid grid) {
        boolean lowers = config.flag("lower_order_final") && grid.steps() < FEW_STEPS;
        boolean dpm = config.type() == SchedulerType.DPM_MULTISTEP;
        boolean toZero = grid.sigmas()[grid.steps()] == 0;
        boolean firstAtEnd = lowers || toZero || (dpm && config.flag("euler_at_final"));
        return new Orders(grid.steps(), config.integer("solver_order"), firstAtEnd, lowers);
    }

    /** {@code known}: outputs, this step's among them. */
    int at(int index, int known) {
        int order = Math.min(most, known);
        if (index == steps - 1 && firstAtEnd) {
            return 1;
        }
        return index == steps - 2 && secondBeforeEnd ? Math.min(order, 2) : order;
    }
}
