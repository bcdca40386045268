# One image per Python service, built from the root of the repository:
#   docker build -f infra/docker/python.Dockerfile --build-arg SERVICE=orders .
# It runs `<service> serve`, `<service> work`, `<service> migrate` or `common provision`.
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 VIRTUAL_ENV=/app/.venv
WORKDIR /app
COPY requirements/bootstrap.txt requirements/
RUN python -m venv /tools \
 && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements/bootstrap.txt \
 && python -m venv --without-pip .venv
ARG SERVICE
COPY requirements/${SERVICE}.txt requirements/
RUN /tools/bin/uv pip sync --require-hashes requirements/${SERVICE}.txt
COPY libs/common libs/common
COPY services/${SERVICE} services/${SERVICE}
# Editable, as in development: a service finds its migrations beside its sources.
RUN /tools/bin/uv pip install --no-deps -e libs/common -e services/${SERVICE} \
 && python -m compileall -q libs services

FROM ${PYTHON_IMAGE}
# Nothing is written at run time: the root may be read-only, bytecode is compiled.
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000 9000
ENTRYPOINT ["python", "-m"]
