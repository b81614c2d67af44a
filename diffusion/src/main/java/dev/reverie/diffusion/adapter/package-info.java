/** Small networks that change a large one: LoRA in its dialects, IP-Adapter. */
@NullMarked
package dev.reverie.diffusion.adapter;

import org.jspecify.annotations.NullMarked;
