/** The Guice modules of the object store; the only package here that needs Guice. */
@NullMarked
package io.strongroom.storage.guice;

import org.jspecify.annotations.NullMarked;
