/** The Guice module of the API client; the only package here that needs Guice. */
@NullMarked
package io.strongroom.api.guice;

import org.jspecify.annotations.NullMarked;
