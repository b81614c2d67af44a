package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Inverse Fourier transform, conversion of stored numbers. */
public class Signals extends Measured {
    @Param({"convert-f16", "convert-bf16", "istft"})
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
