/**
 * What every Strongroom library stands on: typed errors, configuration read with all its problems
 * at once, secrets that do not print themselves, and canonical JSON.
 */
@NullMarked
package io.strongroom.base;

import org.jspecify.annotations.NullMarked;
