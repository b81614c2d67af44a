package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Functions of single elements, rotary embedding, upsampling. */
public class Elements extends Measured {
    @Param({"silu", "gelu", "gelu-tanh", "geglu", "sin", "add", "rope", "upsample-nearest"})
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
