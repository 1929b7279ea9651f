/** What is done to a client's update before it leaves. */
@NullMarked
package io.mlaas.privacy.filter;

import org.jspecify.annotations.NullMarked;
