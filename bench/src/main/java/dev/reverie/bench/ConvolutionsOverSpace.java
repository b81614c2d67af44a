package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Convolutions over pictures and video. */
public class ConvolutionsOverSpace extends Measured {
    @Param({
        "conv2d-320-64",
        "conv2d-640-32",
        "conv2d-1280-16",
        "conv2d-1280-8",
        "conv2d-vae-512",
        "conv2d-vae-128",
        "conv2d-vae-out",
        "conv2d-in",
        "conv2d-down",
        "conv2d-1x1",
        "conv2d-patch",
        "conv2d-odd",
        "conv3d-wan",
        "conv3d-deep"
    })
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
