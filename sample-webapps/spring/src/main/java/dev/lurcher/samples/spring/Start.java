package dev.lurcher.samples.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.support.AbstractAnnotationConfigDispatcherServletInitializer;

/** Found by the container: puts Spring's servlet at the root. */
public final class Start extends AbstractAnnotationConfigDispatcherServletInitializer {
    @Override
    protected Class<?> @Nullable [] getRootConfigClasses() {
        return null;
    }

    @Override
    protected Class<?>[] getServletConfigClasses() {
        return new Class<?>[] {Site.class};
    }

    @Override
    protected String[] getServletMappings() {
        return new String[] {"/"};
    }
}
