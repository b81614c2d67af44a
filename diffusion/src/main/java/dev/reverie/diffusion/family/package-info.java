/** What a checkpoint is: the names, numbers and assembly of each family, from folders and from single files. */
@NullMarked
package dev.reverie.diffusion.family;

import org.jspecify.annotations.NullMarked;
