/** Tests of runs, on the in-memory store and the local one. */
@NullMarked
package io.strongroom.storage.run;

import org.jspecify.annotations.NullMarked;
