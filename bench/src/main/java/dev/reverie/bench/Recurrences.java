package dev.reverie.bench;

import org.openjdk.jmh.annotations.Param;

/** Recurrent layers. */
public class Recurrences extends Measured {
    @Param({"lstm-bi"})
    public String workload = "";

    @Override
    String workload() {
        return workload;
    }
}
