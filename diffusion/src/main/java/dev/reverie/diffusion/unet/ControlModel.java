package dev.reverie.diffusion.unet;

/** A network that looks at a control image and tells a U-Net what to add. */
public sealed interface ControlModel permits ControlNet, T2iAdapter {}
