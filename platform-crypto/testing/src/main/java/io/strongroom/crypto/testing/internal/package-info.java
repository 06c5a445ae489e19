/** What the wire doubles share; no part of the published API. */
@NullMarked
package io.strongroom.crypto.testing.internal;

import org.jspecify.annotations.NullMarked;
