package dev.reverie.diffusion.schedule;

/**
 * A step of ancestral sampling from one noise level to another: down further than it should, then up again by new
 * noise. Song et al. 2021, Score-Based Generative Modeling, appendix F; k-diffusion, {@code get_ancestral_step}.
 *
 * @param down the level that the method goes to
 * @param up deviation of the noise that is added then
 */
record Ancestral(double down, double up) {
    /** In float32, as the reference: where a step is wide, {@code down} is what its roundings leave of a difference. */
    static Ancestral of(double sigmaFrom, double sigmaTo) {
        float from = (float) (sigmaFrom * sigmaFrom);
        float to = (float) (sigmaTo * sigmaTo);
        float up = (float) Math.sqrt(to * (from - to) / from);
        return new Ancestral(Math.sqrt(Math.max(0, to - up * up)), up);
    }
}
