/**
 * Files of learned numbers, and the JSON beside them, read without trust.
 *
 * <p>A {@link dev.reverie.tensor.io.TensorSource} is one file: {@link dev.reverie.tensor.io.Safetensors} or
 * {@link dev.reverie.tensor.io.PickleArchive}. A {@link dev.reverie.tensor.io.Checkpoint} joins sources into one name
 * space, and a {@link dev.reverie.tensor.io.WeightScope} walks it. Sizes, offsets and types are checked against the
 * file before anything large is allocated; a bad file is one {@link dev.reverie.tensor.io.CheckpointException} that
 * names file, tensor and rule. Nothing in a file is ever executed.
 *
 * <p>Files are mapped and copied out of the mapping. Replace a file by renaming another over it, never by writing into
 * it while it is open.
 */
@NullMarked
package dev.reverie.tensor.io;

import org.jspecify.annotations.NullMarked;
