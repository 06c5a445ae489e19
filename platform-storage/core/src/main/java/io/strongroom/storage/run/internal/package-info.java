/** Names and reading and writing of control objects, shared by runs and publication. No API. */
@NullMarked
package io.strongroom.storage.run.internal;

import org.jspecify.annotations.NullMarked;
