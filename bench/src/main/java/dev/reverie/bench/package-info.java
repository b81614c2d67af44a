/**
 * Benchmarks over operations at the shapes of real models.
 *
 * <p>{@link dev.reverie.bench.Workload} names a shape, {@link dev.reverie.bench.Operations} makes of it a call through
 * the same doors that models use; JMH classes and {@link dev.reverie.bench.Peer} time that call.
 */
@NullMarked
package dev.reverie.bench;

import org.jspecify.annotations.NullMarked;
