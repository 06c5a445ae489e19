/** Durable, group-committed append: on a local disk, or one object a commit. */
@NullMarked
package io.strongroom.storage.journal;

import org.jspecify.annotations.NullMarked;
