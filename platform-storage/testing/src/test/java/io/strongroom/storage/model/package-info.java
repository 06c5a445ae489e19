/**
 * Drives the real publisher and run store through every interleaving of their operations, crash and
 * lost reply, up to a stated bound.
 */
@NullMarked
package io.strongroom.storage.model;

import org.jspecify.annotations.NullMarked;
