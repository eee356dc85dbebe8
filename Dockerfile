# One image for every process; compose.yaml says which one a container runs.
FROM python:3.11-slim AS build
WORKDIR /app
COPY Makefile constraints.txt pyproject.toml README.md ./
COPY aggregates aggregates
COPY commands commands
COPY projections projections
COPY schedulers schedulers
COPY gateways gateways
RUN python -m venv .venv \
    && awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' constraints.txt > uv.txt \
    && .venv/bin/pip install -q --require-hashes -r uv.txt \
    && .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r constraints.txt \
    && .venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e . \
    && for po in $(find gateways -name '*.po'); do .venv/bin/pybabel -q compile -i "$po" -o "${po%.po}.mo"; done

FROM python:3.11-slim
RUN useradd --create-home libretto && mkdir /app /data && chown libretto /app /data
COPY --from=build --chown=libretto /app /app
WORKDIR /app
USER libretto
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["libretto"]
CMD ["serve"]
