/**
 * Doubles for tests of code that uses an object store, and the conformance kit that every store
 * must pass.
 *
 * <p>None of them is for production: nothing here is durable.
 */
@NullMarked
package io.strongroom.storage.testing;

import org.jspecify.annotations.NullMarked;
