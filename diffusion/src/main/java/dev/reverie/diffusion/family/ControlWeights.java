package dev.reverie.diffusion.family;

import dev.reverie.diffusion.unet.ControlModel;

/** A ControlNet or T2I-Adapter. */
record ControlWeights(Reloadable<ControlModel> weights) {}
