/**
 * Wrapping data keys anew, record by record, so that the data under them need not be touched: a
 * campaign that can be stopped at any moment and goes on where it was, and a census that tells what
 * is still under which key.
 */
@NullMarked
package io.strongroom.crypto.rewrap;

import org.jspecify.annotations.NullMarked;
