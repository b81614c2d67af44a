package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Attention. */
public class Attentions extends Measured {
    @Param({
        "attention-unet-d40",
        "attention-unet-d80",
        "attention-cross",
        "attention-dit-d128",
        "attention-vae-d512",
        "attention-bert",
        "attention-causal"
    })
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
