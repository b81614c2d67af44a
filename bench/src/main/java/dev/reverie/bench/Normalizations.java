package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Norms and softmax. */
public class Normalizations extends Measured {
    @Param({"group-norm-silu", "group-norm-vae", "layer-norm", "rms-norm", "instance-norm", "softmax"})
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
