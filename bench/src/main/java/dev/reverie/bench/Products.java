package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Linear layers and matrix products. */
public class Products extends Measured {
    @Param({
        "linear-unet-ff-in",
        "linear-unet-ff-out",
        "linear-unet-mid",
        "linear-unet-deep",
        "linear-clip",
        "linear-t5",
        "linear-bert",
        "linear-small-batch",
        "linear-vector",
        "linear-vector-bf16",
        "linear-dit",
        "linear-odd",
        "matmul"
    })
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
