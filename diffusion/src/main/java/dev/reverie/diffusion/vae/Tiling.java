package dev.reverie.diffusion.vae;

/**
 * How large maps are cut into tiles that overlap: the memory is then that of one tile. Each tile is encoded or decoded
 * for itself, so the result differs a little from that of the whole.
 *
 * @param latentSize side of a tile in latents
 * @param overlap part of a tile that it shares with the next one, 0 up to 1/2
 */
public record Tiling(int latentSize, double overlap) {
    public Tiling {
        if (latentSize < 2 || !(overlap >= 0) || overlap > 0.5) {
            throw new IllegalArgumentException(
                    "tiles of %d latents must have 2 or more, and their overlap %s must be from 0 to 0.5"
                            .formatted(latentSize, overlap));
        }
    }

    /** Distance of two tiles, in latents. */
    int stride() {
        return (int) (latentSize * (1 - overlap));
    }

    /** Latents that two neighbours share. */
    int shared() {
        return latentSize - stride();
    }
}
