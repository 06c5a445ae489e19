/** Tests of publication, on the in-memory store and the local one. */
@NullMarked
package io.strongroom.storage.publication;

import org.jspecify.annotations.NullMarked;
