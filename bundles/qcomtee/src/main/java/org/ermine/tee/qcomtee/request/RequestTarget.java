// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.qcomtee.request;

/** The callback object that a request is for, as far as a queue of requests has to do with it. */
public interface RequestTarget {

    /** The client's id for it. */
    long object();

    /** The notification that QTEE let it go was received or dropped. */
    void notificationGone();
}
