/** Evidence of one run in one file, which an outsider verifies without network or store. */
@NullMarked
package io.strongroom.audit.evidence;

import org.jspecify.annotations.NullMarked;
