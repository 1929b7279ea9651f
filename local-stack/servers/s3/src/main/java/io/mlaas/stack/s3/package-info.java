/** One S3Proxy object store in which every access key but the admin's sees a single bucket. */
@NullMarked
package io.mlaas.stack.s3;

import org.jspecify.annotations.NullMarked;
