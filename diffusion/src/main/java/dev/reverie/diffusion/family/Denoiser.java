package dev.reverie.diffusion.family;

import dev.reverie.diffusion.unet.CrossContext;
import dev.reverie.diffusion.unet.Unet;
import dev.reverie.diffusion.unet.UnetConfig;
import java.util.List;

/**
 * A U-Net, and what is known of it while its weights are let go.
 *
 * @param crossSites its cross attentions
 */
record Denoiser(UnetConfig config, List<CrossContext.Site> crossSites, Reloadable<Unet> weights) {
    Denoiser {
        crossSites = List.copyOf(crossSites);
    }
}
