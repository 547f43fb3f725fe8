// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import java.io.IOException;
import java.io.OutputStream;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The page in a Web Console before generation 5, as in Karaf 4. Enabled by {@link PluginChoice}. */
@Component(
        name = JavaxPlugin.NAME,
        enabled = false,
        service = Servlet.class,
        property = {Plugin.LABEL_PROPERTY, Plugin.TITLE_PROPERTY, Plugin.CATEGORY_PROPERTY})
public final class JavaxPlugin extends HttpServlet {

    static final String NAME = "org.ermine.tee.webconsole.javax";

    private static final long serialVersionUID = 1;

    private final transient Page page;

    @Activate
    public JavaxPlugin(@Reference(name = "page") Page page) {
        this.page = page;
    }

    /** The console has put its own page around a request for the plugin itself, and for no other. */
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Plugin.path(request.getPathInfo());
        if (path.isEmpty()) {
            Frame.write(request.getAttribute(Frame.ROOT_ATTRIBUTE), response.getWriter());
        } else {
            page.get(path, request.getHeader("If-None-Match"), request.getHeader("Accept-Encoding"))
                    .send(new Response(response));
        }
    }

    private record Response(HttpServletResponse servlet) implements Answer.Response {

        @Override
        public void status(int status) {
            servlet.setStatus(status);
        }

        @Override
        public void header(String name, String value) {
            servlet.setHeader(name, value);
        }

        @Override
        public OutputStream body() throws IOException {
            return servlet.getOutputStream();
        }
    }
}
