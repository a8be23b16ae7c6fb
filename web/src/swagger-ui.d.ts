/** The part of Swagger UI that is made for bundlers; its types are those of the whole. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  export { SwaggerUIBundle as default } from 'swagger-ui-dist';
}

declare module 'swagger-ui-dist/swagger-ui.css' {}
