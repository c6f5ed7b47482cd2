# Builds .venv from uv.lock, with nothing but what runs in it.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.8
ENV UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
# The dependencies first: they change less often than the code, so this layer is kept.
RUN uv sync --frozen --no-dev --no-install-project
COPY . .
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.13-slim
# Recorded instruments for composed music: some 150 MB. Leave this line out to have our own play.
RUN apt-get update && apt-get install -y --no-install-recommends libfluidsynth3 fluid-soundfont-gm \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 --user-group --create-home tapedeck && install -d -o tapedeck -g tapedeck /data
COPY --from=build /app/.venv /app/.venv
# 0.0.0.0 is inside the container only; compose.yaml publishes the port on loopback.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 TAPEDECK_DATA=/data TAPEDECK_HOST=0.0.0.0
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/ready' % os.environ.get('TAPEDECK_PORT', '8321'), timeout=4)"]
ENTRYPOINT ["tapedeck"]
CMD ["run"]
