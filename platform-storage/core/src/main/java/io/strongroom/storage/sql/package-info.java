/**
 * SQL over what is published: queries of DuckDB as of a publication, and tables of Amazon Athena
 * and AWS Glue.
 */
@NullMarked
package io.strongroom.storage.sql;

import org.jspecify.annotations.NullMarked;
