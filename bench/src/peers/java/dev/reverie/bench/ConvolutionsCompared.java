package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Convolutions over pictures. */
public class ConvolutionsCompared extends Compared {
    @Param({"conv2d-320-64", "conv2d-640-32", "conv2d-vae-128", "conv2d-down", "conv2d-1x1"})
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
