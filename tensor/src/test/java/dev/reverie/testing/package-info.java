/**
 * The golden harness: runs cases that reference implementations computed, whichever folder {@code -Dgoldens} names.
 * Shared by the tests of every module.
 */
@NullMarked
package dev.reverie.testing;

import org.jspecify.annotations.NullMarked;
