/** Questions to a log, and an index that makes answers fast. */
@NullMarked
package io.strongroom.audit.query;

import org.jspecify.annotations.NullMarked;
