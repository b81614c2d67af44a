/** Pictures: schedulers, denoisers, autoencoders, adapters and the pipelines made of them. */
module dev.reverie.diffusion {
    requires commons.math3;
    requires transitive dev.reverie.nn;
    requires java.desktop; // ImageIO
    requires static transitive org.jspecify;

    exports dev.reverie.diffusion;
    exports dev.reverie.diffusion.adapter;
    exports dev.reverie.diffusion.image;
    exports dev.reverie.diffusion.prompt;
    exports dev.reverie.diffusion.schedule;
    exports dev.reverie.diffusion.unet;
    exports dev.reverie.diffusion.vae;
}
