/**
 * The {@code reverie} command: one class a subcommand, and what they print with.
 *
 * <p>Results go to standard output, everything else to standard error, both in UTF-8. Exit codes: 0 done, 1 failed, 2
 * the command line asks for something that cannot be.
 */
@NullMarked
package dev.reverie.cli;

import org.jspecify.annotations.NullMarked;
