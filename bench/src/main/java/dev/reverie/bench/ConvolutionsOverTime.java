package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Convolutions over sound. */
public class ConvolutionsOverTime extends Measured {
    @Param({
        "conv1d-512-k3",
        "conv1d-256-k7-d3",
        "conv1d-128-k11-d5",
        "conv1d-128-k3",
        "conv1d-post",
        "conv-transpose1d-512",
        "conv-transpose1d-256"
    })
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
