// Copyright the Ermine authors.
// SPDX-License-Identifier: Apache-2.0
package org.ermine.tee.webconsole.impl;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.felix.webconsole.servlet.AbstractServlet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The page in a Web Console of generation 5. Enabled by {@link PluginChoice}. */
@Component(
        name = JakartaPlugin.NAME,
        enabled = false,
        service = Servlet.class,
        property = {Plugin.LABEL_PROPERTY, Plugin.TITLE_PROPERTY, Plugin.CATEGORY_PROPERTY})
public final class JakartaPlugin extends AbstractServlet {

    static final String NAME = "org.ermine.tee.webconsole.jakarta";

    private static final long serialVersionUID = 1;

    private final transient Page page;

    @Activate
    public JakartaPlugin(@Reference(name = "page") Page page) {
        this.page = page;
    }

    /** Answers all but a request for the plugin itself, which the console puts its own page around. */
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = Plugin.path(request.getPathInfo());
        if (!path.isEmpty()) {
            page.get(path, request.getHeader("If-None-Match"), request.getHeader("Accept-Encoding"))
                    .send(new Response(response));
        }
    }

    @Override
    public void renderContent(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Frame.write(request.getAttribute(Frame.ROOT_ATTRIBUTE), response.getWriter());
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
