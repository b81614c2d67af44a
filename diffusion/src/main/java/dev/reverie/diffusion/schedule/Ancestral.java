package dev.reverie.diffusion.schedule;

/**
 * A step of ancestral sampling from one noise level to another: down further than it should, then up again by new
 * noise. Song et al. 2021, Score-Based Generative Modeling, appendix F; k-diffusion, {@code get_ancestral_step}.
 *
 * @param down the level that the method goes to
 * @param up deviation of the noise that is added then
 */
record Ancestral(double down, double up) {
    static Ancestral of(double from, double to) {
        double up = Math.sqrt(Math.max(0, to * to * (from * from - to * to) / (from * from)));
        return new Ancestral(Math.sqrt(Math.max(0, to * to - up * up)), up);
    }
}
