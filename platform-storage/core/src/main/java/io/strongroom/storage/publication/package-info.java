/**
 * Publication: how the outputs of committed runs become visible all at once, how they are rolled
 * back, how they are read, and how a whole lake is verified.
 */
@NullMarked
package io.strongroom.storage.publication;

import org.jspecify.annotations.NullMarked;
